"""Runs moto on 127.0.0.1, on a free port, for as long as standard input stays open.

Prints one JSON line, {"port": ..., "version": ...}, when it is ready. In addition to moto's own API
it answers POST /keynag/dates, because no call to IAM can make an old key or an old use of a key, and
POST /keynag/users, because thousands of calls to create users would take minutes.
"""

import json
import os
import sys
from datetime import datetime, timezone
from threading import Thread

import moto
from moto.iam.models import AccessKeyLastUsed, iam_backends
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response


class QuietHandler(MotoRequestHandler):
    def log_request(self, *_args):
        pass


def naive_utc(epoch_ms):
    """moto stores dates in UTC, without a time zone."""
    return datetime.fromtimestamp(epoch_ms / 1000, timezone.utc).replace(tzinfo=None)


def last_used(use):
    if use is None:
        return None
    return AccessKeyLastUsed(naive_utc(use["atMs"]), use["service"], use["region"])


def set_dates(request):
    account = iam_backends[request["accountId"]]["aws"]
    users = {user.name: user for user in account.users.values()}
    keys = {key.access_key_id: key for user in users.values() for key in user.access_keys}
    for dates in request["users"]:
        user = users.get(dates["userName"])
        if user is None:
            raise NotFound(f"account {request['accountId']} has no user {dates['userName']}")
        if "createdAtMs" in dates:
            user.create_date = naive_utc(dates["createdAtMs"])
        if "passwordLastUsedMs" in dates:
            user.password_last_used = naive_utc(dates["passwordLastUsedMs"])
    for dates in request["keys"]:
        key = keys.get(dates["accessKeyId"])
        if key is None:
            raise NotFound(f"account {request['accountId']} has no key {dates['accessKeyId']}")
        if "createdAtMs" in dates:
            key.create_date = naive_utc(dates["createdAtMs"])
        if "lastUsed" in dates:
            key.last_used = last_used(dates["lastUsed"])


def add_users(request):
    """Creates users with keys, and returns the IDs of the keys in the order given."""
    account = iam_backends[request["accountId"]]["aws"]
    made = []
    for seed in request["users"]:
        user = account.create_user("us-east-1", seed["userName"])
        user.create_date = naive_utc(seed["createdAtMs"])
        for key_seed in seed["keys"]:
            key = account.create_access_key(seed["userName"], status=key_seed["status"])
            key.create_date = naive_utc(key_seed["createdAtMs"])
            made.append(key.access_key_id)
    return made


def json_app(answer):
    @Request.application
    def app(request):
        try:
            made = answer(request.get_json())
        except HTTPException as error:
            return Response(error.description, status=error.code)
        return Response(json.dumps(made), content_type="application/json")

    return app


def with_seeding(moto_app):
    ours = {"/keynag/dates": json_app(set_dates), "/keynag/users": json_app(add_users)}

    def app(environ, start_response):
        chosen = ours.get(environ.get("PATH_INFO"), moto_app)
        return chosen(environ, start_response)

    return app


def main():
    app = with_seeding(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    port = server.server_address[1]
    os.environ["MOTO_PORT"] = str(port)
    print(json.dumps({"port": port, "version": moto.__version__}), flush=True)
    Thread(target=server.serve_forever, daemon=True).start()
    # The parent process holds the other end. When the parent ends, for any reason, this ends too.
    sys.stdin.read()


main()
