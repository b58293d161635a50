"""Credit notes: the paper of each approved refund, numbered without gaps, and of each approval taken back."""

from portal.refunds.credit_notes.models import CreditNote, CreditNoteNames, NoteKind

__all__ = ["CreditNote", "CreditNoteNames", "NoteKind"]
