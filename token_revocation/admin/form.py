"""The form "Revoke a token"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.admin import widgets
from django.utils.translation import gettext_lazy as _

from token_revocation.admin import users
from token_revocation.admin.endings import Ending
from token_revocation.admin.pasted import holds_token, token_of
from token_revocation.models import MAX_NAME_LENGTH, MAX_REASON_LENGTH, Reason
from token_revocation.services import Cause
from token_revocation.tokens import MAX_RAW_LENGTH

CONFIRMATION = _("everyone")
TEXTS = ("user", "session", "client", "everyone", "reason", "note")


class Text(forms.CharField):
    """One line, of which nothing is remembered by the browser."""

    def __init__(self, **kwargs: Any) -> None:
        widget: forms.Widget = kwargs.pop("widget", None) or forms.TextInput()
        widget.attrs |= {"class": "vTextField", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(required=False, widget=widget, **kwargs)


class RevokeForm(forms.Form):
    """Ends what was chosen; of a pasted token nothing is in the page that comes back."""

    target = forms.ChoiceField(label=_("End"), widget=widgets.AdminRadioSelect())
    raw = Text(
        label=_("Token"),
        max_length=MAX_RAW_LENGTH,
        widget=forms.PasswordInput(),
        help_text=_("As a client sends it. Its session ends with it."),
    )
    user = Text(label=_("User"), help_text=_("Name, e-mail address or id"))
    session = Text(label=_("Session"), max_length=MAX_NAME_LENGTH, help_text=_("Session id"))
    client = Text(label=_("Client"), max_length=MAX_NAME_LENGTH, help_text=_("Client id"))
    everyone = Text(label=_("Confirmation"))
    reason = Text(
        label=_("Reason"),
        max_length=MAX_REASON_LENGTH,
        help_text=_("One word for reports; if empty: revoked by an administrator"),
    )
    note = Text(label=_("Note"), max_length=1000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, endings: Mapping[str, Ending], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = [(name, e.label) for name, e in endings.items()]  # type: ignore[attr-defined]
        self.fields["target"].widget.attrs["class"] = "radiolist"
        hint = _("Everybody will have to log in again. Type “%s” to go ahead.")
        self.fields["everyone"].help_text = hint % CONFIRMATION

    def clean(self) -> dict[str, Any]:
        """``chosen`` is what is to end, found by what was typed."""
        data = self.cleaned_data
        self._refuse_secrets()
        name = data.get("target")
        if name and name not in self.errors:
            try:
                data["chosen"] = self._find(name, data.get(name, ""))
            except forms.ValidationError as error:
                self.add_error(name, error)
        return data

    def cause(self, staff: Any) -> Cause:
        """Why, and by whom."""
        reason = self.cleaned_data["reason"] or Reason.ADMIN.value
        return Cause(reason=reason, note=self.cleaned_data["note"], revoked_by=staff)

    def _find(self, name: str, typed: str) -> Any:
        if not typed:
            raise forms.ValidationError(forms.Field.default_error_messages["required"])
        return FINDERS.get(name, str)(typed)

    def _refuse_secrets(self) -> None:
        """A token that was pasted where it would be stored, or shown again, is forgotten."""
        typed = {name: self.cleaned_data.get(name, "") for name in TEXTS}
        for name in [name for name, text in typed.items() if holds_token(text)]:
            self.data = {**self.data.dict(), name: ""}  # type: ignore[attr-defined]
            self.add_error(name, _("This is a token. Paste it as a token, and nowhere else."))


def find_token(raw: str) -> Any:
    """Raises ``ValidationError`` for what is none."""
    token = token_of(raw)
    if token is None:
        raise forms.ValidationError(_("This is no token, or one that was revoked and deleted."))
    return token


def find_user(typed: str) -> Any:
    """Raises ``ValidationError`` unless it is one."""
    found = users.called(typed)
    if len(found) != 1:
        raise forms.ValidationError(
            _("More than one user is called that.") if found else _("Nobody is called that.")
        )
    return found[0]


def find_confirmation(typed: str) -> str:
    """Raises ``ValidationError`` for another word."""
    if typed.casefold() not in {"everyone", str(CONFIRMATION).casefold()}:
        raise forms.ValidationError(_("That is not the word."))
    return typed


FINDERS = {"raw": find_token, "user": find_user, "everyone": find_confirmation}
