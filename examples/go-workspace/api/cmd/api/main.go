// Command api answers in JSON, through a router from the module proxy and a module of the workspace.
package main

import (
	"log"
	"net"
	"net/http"
	"os"

	"example.com/greeting"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/render"
)

func main() {
	router := chi.NewRouter()
	router.Get("/hello/{name}", func(w http.ResponseWriter, r *http.Request) {
		render.JSON(w, r, map[string]string{"message": greeting.For(chi.URLParam(r, "name"))})
	})
	log.Fatal(http.ListenAndServe(net.JoinHostPort(os.Getenv("BIND_ADDRESS"), os.Getenv("PORT")), router))
}
