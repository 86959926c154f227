"""Scenes: how a rule calls an answer, where a plain call is not enough. One module a chapter.

They stand here, and not in the chapters, because they run beside the answer: whoever runs answers
in another process needs the lab there, and never the rules. A scene closes over nothing.
"""
