"""Texts in every language: a message is a value, a voice says it, a catalogue knows the words."""

from portal.i18n.catalogues import LANGUAGES, catalogue, primary, spoken
from portal.i18n.messages import Amount, Message, Place, dump, either, load, say
from portal.i18n.voices import Unpriced, Voice, voice_in

__all__ = [
    "LANGUAGES",
    "Amount",
    "Message",
    "Place",
    "Unpriced",
    "Voice",
    "catalogue",
    "dump",
    "either",
    "load",
    "primary",
    "say",
    "spoken",
    "voice_in",
]
