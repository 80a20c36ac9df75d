"""Form of the "Revoke tokens" page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.admin import widgets
from django.utils.translation import gettext_lazy as _

from token_revocation.admin import _users
from token_revocation.admin._targets import RevocationTarget
from token_revocation.models import MAX_NAME_LENGTH, MAX_REASON_LENGTH, Reason, validate_reason
from token_revocation.services import RevocationDetails
from token_revocation.services._embedded_tokens import tokens_in
from token_revocation.tokens import MAX_RAW_LENGTH

CONFIRMATION_WORD = _("everyone")
STORED_FIELDS = ("user", "session", "client", "everyone", "reason", "note")
"""The fields whose text is stored, or shown again if the form is invalid."""


class OptionalTextField(forms.CharField):
    """An optional text field that browsers neither remember nor complete."""

    def __init__(self, **kwargs: Any) -> None:
        widget: forms.Widget = kwargs.pop("widget", None) or forms.TextInput()
        widget.attrs |= {"class": "vTextField", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(required=False, widget=widget, **kwargs)


class RevokeForm(forms.Form):
    """A form for a target, a reason and a note. It never renders a pasted token."""

    target = forms.ChoiceField(label=_("Revoke"), widget=widgets.AdminRadioSelect())
    raw = OptionalTextField(
        label=_("Token"),
        max_length=MAX_RAW_LENGTH,
        widget=forms.PasswordInput(),
        help_text=_("As sent by the client. The session of the token is revoked too."),
    )
    user = OptionalTextField(label=_("User"), help_text=_("Username, email address or ID"))
    session = OptionalTextField(
        label=_("Session"), max_length=MAX_NAME_LENGTH, help_text=_("Session ID")
    )
    client = OptionalTextField(
        label=_("Client"), max_length=MAX_NAME_LENGTH, help_text=_("Client ID")
    )
    everyone = OptionalTextField(label=_("Confirmation"))
    reason = OptionalTextField(
        label=_("Reason"),
        max_length=MAX_REASON_LENGTH,
        validators=[validate_reason],
        help_text=_("A short code for reports. Default: revoked by an administrator"),
    )
    note = OptionalTextField(label=_("Note"), max_length=1000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, targets: Mapping[str, RevocationTarget], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, target.label) for name, target in targets.items()]
        self.fields["target"].choices = choices  # type: ignore[attr-defined]
        self.fields["target"].widget.attrs["class"] = "radiolist"
        help_text = _("All users will have to log in again. Type “%s” to confirm.")
        self.fields["everyone"].help_text = help_text % CONFIRMATION_WORD

    def clean(self) -> dict[str, Any]:
        """Add ``argument``, the value that the chosen target revokes, to the cleaned data."""
        data = self.cleaned_data
        self._reject_misplaced_tokens()
        name = data.get("target")
        if name and name not in self.errors:
            try:
                data["argument"] = self._resolve(name, data.get(name, ""))
            except forms.ValidationError as error:
                self.add_error(name, error)
        return data

    def get_details(self, user: Any) -> RevocationDetails:
        """Return reason and note, with ``user`` as the one who revokes."""
        reason = self.cleaned_data["reason"] or Reason.ADMIN.value
        return RevocationDetails(reason=reason, note=self.cleaned_data["note"], revoked_by=user)

    def _resolve(self, name: str, text: str) -> Any:
        if not text:
            raise forms.ValidationError(forms.Field.default_error_messages["required"])
        return RESOLVERS.get(name, str)(text)

    def _reject_misplaced_tokens(self) -> None:
        """Clear and reject each stored field that contains a token."""
        # The data as sent: a field that is invalid is not in ``cleaned_data``, but is rendered.
        texts = {name: str(self.data.get(name, "")) for name in STORED_FIELDS}
        for name in [name for name, text in texts.items() if tokens_in(text)]:
            self.data = {**self.data.dict(), name: ""}  # type: ignore[attr-defined]
            self.add_error(name, _("This field contains a token. Use the field “Token” instead."))


def resolve_token(text: str) -> Any:
    """Return the only token in ``text``, or raise ``ValidationError``."""
    found = tokens_in(text)
    if len(found) != 1:
        raise forms.ValidationError(
            _("Enter one token. A token that was revoked and deleted is not recognized.")
        )
    return found[0]


def resolve_user(text: str) -> Any:
    """Return the only user that matches ``text``, or raise ``ValidationError``."""
    found = _users.find_exact(text)
    if len(found) != 1:
        raise forms.ValidationError(
            _("More than one user found. Enter the user ID.") if found else _("No user found.")
        )
    return found[0]


def check_confirmation(text: str) -> str:
    """Return ``text`` if it is the confirmation word, or raise ``ValidationError``."""
    if text.casefold() not in {"everyone", str(CONFIRMATION_WORD).casefold()}:
        raise forms.ValidationError(_("Type “%s” to confirm.") % CONFIRMATION_WORD)
    return text


RESOLVERS = {"raw": resolve_token, "user": resolve_user, "everyone": check_confirmation}
