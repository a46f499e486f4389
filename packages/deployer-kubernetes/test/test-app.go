// The app of the tests' images: what it does wrong it is told by its first argument.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	mode, value := "", ""
	if len(os.Args) > 1 {
		mode = os.Args[1]
	}
	if len(os.Args) > 2 {
		value = os.Args[2]
	}
	address := net.JoinHostPort(os.Getenv("BIND_ADDRESS"), os.Getenv("PORT"))
	switch mode {
	case "exit":
		fmt.Fprintln(os.Stderr, "the last words")
		code, _ := strconv.Atoi(value)
		os.Exit(code)
	case "silent":
		time.Sleep(time.Hour)
	case "loopback":
		address = "127.0.0.1:" + os.Getenv("PORT")
	case "port":
		address = ":" + value
	}
	http.HandleFunc("/env", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, strings.Join(os.Environ(), "\x00")) })
	http.HandleFunc("/args", func(w http.ResponseWriter, _ *http.Request) { json.NewEncoder(w).Encode(os.Args) })
	http.HandleFunc("/status", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	http.HandleFunc("/file", func(w http.ResponseWriter, r *http.Request) {
		text, err := os.ReadFile(r.URL.Query().Get("path"))
		if err != nil {
			w.WriteHeader(404)
		}
		w.Write(text)
	})
	http.HandleFunc("/resolve", func(w http.ResponseWriter, r *http.Request) {
		found, err := net.LookupHost(r.URL.Query().Get("name"))
		fmt.Fprint(w, found, err)
	})
	http.HandleFunc("/slow", func(w http.ResponseWriter, _ *http.Request) { time.Sleep(time.Second); answer(w) })
	http.HandleFunc("/headers", func(w http.ResponseWriter, r *http.Request) { json.NewEncoder(w).Encode(r.Header) })
	http.HandleFunc("/upload", func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		fmt.Fprint(w, len(text))
	})
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { answer(w) })
	server := &http.Server{Addr: address}
	if mode == "stubborn" {
		signal.Ignore(syscall.SIGTERM)
	} else {
		ended := make(chan os.Signal, 1)
		signal.Notify(ended, syscall.SIGTERM)
		go func() { <-ended; server.Shutdown(context.Background()); os.Exit(0) }()
	}
	fmt.Println("listening on", address)
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	select {}
}

func answer(w http.ResponseWriter) {
	if version := os.Getenv("VERSION"); version != "" {
		fmt.Fprint(w, version)
		return
	}
	w.Header().Set("content-type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"app": os.Getenv("APP"), "release": os.Getenv("HOP3_RELEASE"), "pid": os.Getpid()})
}
