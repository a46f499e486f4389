package com.example.shop;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class ShopApplication {

  public static void main(String[] args) {
    SpringApplication.run(ShopApplication.class, args);
  }

  @GetMapping("/")
  String index() {
    return "Hello from Spring Boot";
  }

  @GetMapping("/hello/{name}")
  Map<String, String> hello(@PathVariable("name") String name) {
    return Map.of("message", "Hello, " + name);
  }
}
