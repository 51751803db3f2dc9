"""moto on 127.0.0.1, on a free port, for as long as standard input stays open.

Prints one JSON line, {"port": ..., "version": ...}, when it can be called. Besides moto's own API it
answers POST /keynag/dates, because no call to IAM makes an old key or an old use of one.
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
    """moto keeps dates without a time zone, in UTC."""
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


@Request.application
def dates_app(request):
    try:
        set_dates(request.get_json())
    except HTTPException as error:
        return Response(error.description, status=error.code)
    return Response(status=204)


def with_dates(moto_app):
    def app(environ, start_response):
        chosen = dates_app if environ.get("PATH_INFO") == "/keynag/dates" else moto_app
        return chosen(environ, start_response)

    return app


def main():
    app = with_dates(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    port = server.server_address[1]
    os.environ["MOTO_PORT"] = str(port)
    print(json.dumps({"port": port, "version": moto.__version__}), flush=True)
    Thread(target=server.serve_forever, daemon=True).start()
    # Whoever started it holds the other end: it must not outlive them, however they end.
    sys.stdin.read()


main()
