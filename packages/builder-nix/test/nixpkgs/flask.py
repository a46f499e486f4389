"""Stands in for Flask: as much of it as the example uses."""


class Flask:
    def __init__(self, name):
        self.routes = {}

    def route(self, path):
        return lambda handler: self.routes.setdefault(path, handler)

    def __call__(self, environ, start_response):
        handler = self.routes.get(environ["PATH_INFO"])
        start_response("200 OK" if handler else "404 Not Found", [("content-type", "text/plain")])
        return [(handler() if handler else "not found").encode()]
