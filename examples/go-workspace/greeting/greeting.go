// Package greeting says hello.
package greeting

// For greets one person.
func For(name string) string { return "Hello, " + name }
