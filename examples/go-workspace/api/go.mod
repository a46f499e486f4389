module example.com/api

go 1.23.0

require (
	github.com/ajg/form v1.5.1 // indirect
	github.com/go-chi/chi/v5 v5.2.1
	github.com/go-chi/render v1.0.3
)
