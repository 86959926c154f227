"""Services that exercises and chapters talk to. They run inside the learner's own process."""

from checker.lab.pretend import Pages, Reports, Saves, pages

__all__ = ["Pages", "Reports", "Saves", "pages"]
