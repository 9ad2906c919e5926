"""A webhook and a mail server on the loopback, as small as they can be: real sockets, what came in is kept."""

import json
import socketserver
import threading
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Endpoint:
    """`received`: what came in, in order. `status` answers it; while `gate` is closed no answer is given at all."""

    def __init__(self, status):
        self.status = status
        self.received = []
        self.gate = threading.Event()
        self.gate.set()
        self.arrived = threading.Semaphore(0)

    def take(self, thing):
        self.received.append(thing)
        self.arrived.release()
        self.gate.wait(30)

    @property
    def ids(self):
        """The keys of the notices that came in."""
        return [one["id"] for one in self.received]


@contextmanager
def served(server):
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def webhook():
    """(address, Endpoint) of a web server that takes POSTs of JSON."""
    endpoint = Endpoint(status=200)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            endpoint.take({**body, "key": self.headers["X-Notice-Id"]})
            self.send_response(endpoint.status)
            self.end_headers()

        def log_message(self, *args):
            pass

        def handle(self):
            with suppress(ConnectionError):  # the sender was killed while it waited
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with served(server) as port:
        yield f"http://127.0.0.1:{port}/notices", endpoint
        endpoint.gate.set()


@contextmanager
def mail_server():
    """(port, Endpoint) of an SMTP server; `received` holds {"id", "to", "message"}."""
    endpoint = Endpoint(status=250)

    class Handler(socketserver.StreamRequestHandler):
        def say(self, line):
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self):
            self.say("220 ready")
            to = []
            while line := self.rfile.readline().decode().strip():
                verb = line[:4].upper()
                if verb == "RCPT":
                    to.append(line.split("<")[1].split(">")[0])
                if verb == "DATA":
                    self.say("354 go on")
                    self.take(to)
                    to = []
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")

        def take(self, to):
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line)
            message = message_from_bytes(b"".join(lines), policy=policy.default)
            endpoint.take({"id": int(message["X-Notice-Id"]), "to": sorted(to), "message": message})
            self.say(f"{endpoint.status} {'ok' if endpoint.status == 250 else 'try later'}")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with served(Server(("127.0.0.1", 0), Handler)) as port:
        yield port, endpoint
        endpoint.gate.set()
