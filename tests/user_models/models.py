"""Users as projects have them."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractBaseUser, AbstractUser, BaseUserManager
from django.db import models


class Users(BaseUserManager):
    def create_user(self, password=None, **fields):
        user = self.model(**fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class KeyedByUUID(AbstractUser):
    """Logs in by email."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    username = None
    email = models.EmailField(unique=True)
    objects = Users()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ()


class Colleague(KeyedByUUID):
    """The same users under another name."""

    class Meta:
        proxy = True


class Employee(KeyedByUUID):
    """A user with a table of its own beside."""

    number = models.IntegerField(default=0)


class KeyedByText(AbstractBaseUser):
    """The least that a user can be; without a field ``is_active``."""

    name = models.CharField(primary_key=True, max_length=200)
    objects = Users()
    USERNAME_FIELD = "name"
