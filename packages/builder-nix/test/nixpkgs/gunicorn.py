#!/usr/bin/python3
"""Stands in for gunicorn: `gunicorn module:name --bind unix:PATH | HOST:PORT`."""
import importlib, os, socketserver, sys
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

module, name = sys.argv[1].split(":")
bind = sys.argv[sys.argv.index("--bind") + 1]
app = getattr(importlib.import_module(module), name)


class Handler(WSGIRequestHandler):
    def address_string(self):
        return "local"

    def log_message(self, *_args):
        pass


class UnixServer(socketserver.UnixStreamServer):
    def get_request(self):
        request, _ = super().get_request()
        return request, ("local", 0)


if bind.startswith("unix:"):
    path = bind[len("unix:"):]

    class Server(WSGIServer):
        address_family = UnixServer.address_family

        def server_bind(self):
            if os.path.exists(path):
                os.unlink(path)
            socketserver.TCPServer.server_bind(self)
            self.server_name, self.server_port = "local", 0
            self.setup_environ()

        def get_request(self):
            request, _ = self.socket.accept()
            return request, ("local", 0)

    server = Server(path, Handler)
else:
    host, port = bind.rsplit(":", 1)
    server = WSGIServer((host, int(port)), Handler)
server.set_app(app)
server.serve_forever()
