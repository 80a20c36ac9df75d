"""Management commands of Django and of packages work as without this app."""

from __future__ import annotations

import json
from importlib.util import find_spec

import pytest

COUNTS = """
    import json
    from django.contrib.auth.models import User
    from token_revocation.models import RevokedToken, TokenCutoff
    print(json.dumps([User.objects.count(), RevokedToken.objects.count(), TokenCutoff.objects.count()]))
"""

CHANGE_AND_DELETE = """
    from django.contrib.auth.models import User
    user = User.objects.create_user("someone", password="old")
    user.set_password("new")
    user.save()
    user.delete()
"""

EXPIRED = """
    from datetime import timedelta
    from django.contrib.auth.models import User
    from django.contrib.sessions.models import Session
    from django.utils import timezone
    from tests.receivers import bulk_deletions

    past = timezone.now() - timedelta(days=1)
    Session.objects.create(session_key="a" * 32, session_data="", expire_date=past)
    {rows}
    bulk_deletions.knox_tokens(5, expired=True)
"""

CHANGE_PASSWORD = """
    import getpass
    from django.core.management import call_command
    getpass.getpass = lambda *args, **kwargs: "a battery staple"
    call_command("changepassword", "boss", verbosity=0)
"""


@pytest.fixture
def migrated(project):
    project.start()
    project.manage("migrate", "-v0")
    return project


def count_rows(project):
    return json.loads(project.run(COUNTS))


def test_migrations_can_be_reversed_and_applied_again(migrated):
    migrated.manage("migrate", "token_revocation", "zero", "-v0")
    migrated.run(CHANGE_AND_DELETE)
    migrated.manage("remove_stale_contenttypes", "--no-input", "--include-stale-apps")
    assert "No changes" in migrated.manage("makemigrations", "--check", "--dry-run")
    migrated.manage("migrate", "-v0")
    assert count_rows(migrated) == [0, 0, 0]
    migrated.run(CHANGE_AND_DELETE)
    assert count_rows(migrated) == [0, 0, 2]


def test_database_can_be_flushed(migrated):
    migrated.run(CHANGE_AND_DELETE)
    assert "token_revocation_tokencutoff" in migrated.manage("sqlflush")
    migrated.manage("flush", "--no-input", "-v0")
    assert count_rows(migrated) == [0, 0, 0]
    migrated.run(CHANGE_AND_DELETE)
    assert count_rows(migrated) == [0, 0, 2]


def test_accounts_are_created_and_changed_by_commands(migrated):
    boss = {"DJANGO_SUPERUSER_PASSWORD": "correct horse"}
    options = ["--no-input", "--username=boss", "--email=boss@example.com"]
    migrated.manage("createsuperuser", *options, **boss)
    assert count_rows(migrated) == [1, 0, 0]
    migrated.run(CHANGE_PASSWORD)
    assert count_rows(migrated) == [1, 0, 1]


@pytest.mark.skipif(
    not all(map(find_spec, ("knox", "oauth2_provider", "rest_framework_simplejwt"))),
    reason="one of the packages is not installed",
)
def test_cleanup_commands_record_no_revocations(migrated):
    makers = ["outstanding_tokens", "oauth_tokens"]
    migrated.run(
        EXPIRED.format(rows="; ".join(f"bulk_deletions.{m}(5, expired=True)" for m in makers))
    )
    for command in ("cleartokens", "clearsessions", "flushexpiredtokens"):
        migrated.manage(command)
    migrated.run("from knox.models import AuthToken; AuthToken.objects.all().delete()")
    left = """
        import json
        from django.apps import apps
        labels = ["sessions.Session", "token_blacklist.OutstandingToken", "knox.AuthToken",
                  "oauth2_provider.AccessToken", "oauth2_provider.RefreshToken"]
        print(json.dumps([apps.get_model(label).objects.count() for label in labels]))
    """
    assert json.loads(migrated.run(left)) == [0] * 5
    assert count_rows(migrated)[1:] == [0, 0]


FIXTURE = [
    {
        "model": "auth.user",
        "pk": 1,
        "fields": {"username": "someone", "password": "another", "is_active": False},
    }
]


def test_loaddata_adds_no_cutoff(migrated):
    migrated.run("from django.contrib.auth.models import User; User.objects.create_user('someone')")
    (migrated.directory / "users.json").write_text(json.dumps(FIXTURE))
    migrated.manage("loaddata", "users.json", "-v0")
    assert count_rows(migrated) == [1, 0, 0]


PROJECT_TESTS = """
    import pytest
    from django.contrib.auth.models import User
    from django.test import Client, TestCase, TransactionTestCase
    from rest_framework.authtoken.models import Token
    from token_revocation import services
    from token_revocation.contrib.authtoken import AuthTokenAdapter
    from token_revocation.models import TokenCutoff


    class ProjectTests:
        def test_user_deleted_in_admin(self):
            user = User.objects.create_user("someone", password="x")
            token = AuthTokenAdapter().identify(Token.objects.create(user=user))
            boss = User.objects.create_superuser("boss", password="x")
            browser = Client()
            browser.force_login(boss)
            path = f"/admin/auth/user/{user.pk}/delete/"
            self.assertContains(browser.get(path), "someone")
            browser.post(path, {"post": "yes"})
            assert services.is_revoked(token)
            assert not User.objects.filter(username="someone").exists()

        def test_login_after_revoke_all(self):
            user = User.objects.create_user("someone", password="x")
            first = services.issue(user)
            services.revoke_all(user)
            assert services.is_revoked(first.ref)
            assert not services.is_revoked(services.issue(user).ref)


    class InOneTransaction(ProjectTests, TestCase):
        pass


    class InTransactions(ProjectTests, TransactionTestCase):
        serialized_rollback = True


    # Every later class also needs ``serialized_rollback``: Django's flush creates no content types,
    # but the process caches them.
    class InTransactionsAgain(ProjectTests, TransactionTestCase):
        serialized_rollback = True


    @pytest.mark.django_db
    @pytest.mark.parametrize("number", range(6))
    def test_database_is_reset_between_tests(number):
        assert not TokenCutoff.objects.exists()
        User.objects.create_user("someone").delete()
        assert TokenCutoff.objects.count() == 1
"""


@pytest.fixture
def project_with_tests(project):
    project.start()
    project.write("people/tests.py", PROJECT_TESTS)
    return project


def test_tests_of_project_pass(project_with_tests):
    project_with_tests.manage("test", "-v0", "--no-input")


@pytest.mark.skipif(find_spec("xdist") is None, reason="pytest-xdist is not installed")
def test_tests_of_project_pass_in_parallel(project_with_tests):
    run = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "people/tests.py"]
    for options in (["--create-db"], []):
        assert "passed" in project_with_tests.python(*run, "-n", "2", "--reuse-db", *options)
