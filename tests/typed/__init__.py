"""Programs as learners and authors write them, for mypy alone to check: strictly, as `make style`
does. Each `assert_type` says what it must find; each `type: ignore` marks a mistake that it must
find, or it complains of the comment.
"""
