"""Exports: files of a shop's own data, written by the worker into the folder of the shop's region."""

from portal.exports.models import Export, ExportKind, ExportState, Format
from portal.exports.removing import remove
from portal.exports.writing import write

__all__ = ["Export", "ExportKind", "ExportState", "Format", "remove", "write"]
