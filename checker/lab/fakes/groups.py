"""Errors that may come in a group, as from a `TaskGroup`: in every exercise that will do."""


def inside(error: BaseException | None) -> BaseException | None:
    """The one error that a group holds, or a group in it; anything else as it is."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        [error] = error.exceptions
    return error
