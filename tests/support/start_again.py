"""A kernel that dies while it starts is started again; as a plugin of pytest, for nbval's, too.

Whoever starts a kernel chooses its ports, and it takes them a moment later. If another process of
the machine gets one of them first, it ends. That says nothing of a notebook. Once it runs, nothing
is forgiven.
"""

from nbval import kernel

TRIES = 3


def started(start):
    """What `start()` returns; it is called again if it says that the kernel has died.

    Raises:
        RuntimeError: if that goes on, or if it is something else.
    """
    for _ in range(TRIES - 1):
        try:
            return start()
        except RuntimeError as error:
            if "died before replying" not in str(error):
                raise
    return start()


_of_nbval = kernel.start_new_kernel
kernel.start_new_kernel = lambda *given, **options: started(lambda: _of_nbval(*given, **options))
