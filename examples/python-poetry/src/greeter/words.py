GREETING = "Hello from Poetry"
