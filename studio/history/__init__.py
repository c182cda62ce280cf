"""Every picture that was drawn, kept with its recipe and scores."""

from .errors import HistoryError
from .store import Entry, History, Page, Query, entering
from .visitors import Histories, default_folder, histories

__all__ = ["Entry", "Histories", "History", "HistoryError", "Page", "Query", "default_folder", "entering", "histories"]
