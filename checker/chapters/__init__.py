"""One package a notebook, named like it without the number; in it, one exercise a file.

Nothing of this folder is ever shown to a submission; what runs beside an answer is in `lab`.
"""
