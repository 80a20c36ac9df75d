"""Custom user models."""

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
    """A user who logs in by email."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    username = None
    email = models.EmailField(unique=True)
    objects = Users()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ()


class Colleague(KeyedByUUID):
    """A proxy of the user model."""

    class Meta:
        proxy = True


class Employee(KeyedByUUID):
    """A user model with multi-table inheritance."""

    number = models.IntegerField(default=0)


class Suspendable(AbstractBaseUser):
    """A user who is deactivated by a date."""

    email = models.EmailField(unique=True)
    suspended_at = models.DateTimeField(null=True)
    secret = models.CharField(max_length=128, default="!")
    objects = Users()
    USERNAME_FIELD = "email"

    @property
    def is_active(self):
        return self.suspended_at is None

    @property
    def password(self):
        return self.secret

    @password.setter
    def password(self, encoded):
        self.secret = encoded


class KeyedByText(AbstractBaseUser):
    """A minimal user model, without a field ``is_active``."""

    name = models.CharField(primary_key=True, max_length=200)
    objects = Users()
    USERNAME_FIELD = "name"


class Phone(models.CharField):
    """Accepts only telephone numbers, like the fields of some packages."""

    def get_prep_value(self, value):
        return value and "+" + str(int(str(value).lstrip("+")))


class NamedByNumber(AbstractBaseUser):
    number = models.IntegerField(unique=True)
    objects = Users()
    USERNAME_FIELD = "number"


class NamedByDecimal(AbstractBaseUser):
    number = models.DecimalField(unique=True, max_digits=9, decimal_places=0)
    objects = Users()
    USERNAME_FIELD = "number"


class NamedByUUID(AbstractBaseUser):
    name = models.UUIDField(unique=True)
    objects = Users()
    USERNAME_FIELD = "name"


class NamedByPhone(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    phone = Phone(max_length=20, unique=True)
    objects = Users()
    USERNAME_FIELD = "phone"


class InheritedUser(NamedByNumber):
    """A user model with the primary key of its parent."""
