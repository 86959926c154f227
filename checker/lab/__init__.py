"""Services that exercises and chapters talk to. They end with the learner's own process."""

from checker.lab.postgres import postgres
from checker.lab.pretend import Pages, Reports, Saves, pages

__all__ = ["Pages", "Reports", "Saves", "pages", "postgres"]
