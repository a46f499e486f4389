package com.example

import io.ktor.server.application.Application
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing

fun main() {
  val port = System.getenv("PORT").toInt()
  embeddedServer(CIO, port, System.getenv("BIND_ADDRESS"), module = Application::module).start(wait = true)
}

fun Application.module() {
  routing {
    get("/") { call.respondText("Hello from Ktor") }
    get("/hello/{name}") { call.respondText("Hello, ${call.parameters["name"]}") }
  }
}
