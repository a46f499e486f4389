(ns shop.core
  (:require [clojure.data.json :as json]
            [clojure.string :as string])
  (:import (com.sun.net.httpserver HttpExchange HttpHandler HttpServer)
           (java.net InetSocketAddress))
  (:gen-class))

(defn answer
  "The status and the body for a path."
  [path]
  (cond
    (= path "/") [200 "Hello from Clojure\n"]
    (string/starts-with? path "/hello/") [200 (json/write-str {:message (str "Hello, " (subs path 7))})]
    :else [404 "Not found\n"]))

(defn- handler []
  (reify HttpHandler
    (^void handle [_ ^HttpExchange exchange]
      (let [[status ^String body] (answer (.getPath (.getRequestURI exchange)))
            content (.getBytes body "UTF-8")]
        (.sendResponseHeaders exchange (int status) (alength content))
        (with-open [out (.getResponseBody exchange)]
          (.write out content))))))

(defn -main [& _]
  (let [address (InetSocketAddress. (or (System/getenv "BIND_ADDRESS") "127.0.0.1")
                                    (Integer/parseInt (or (System/getenv "PORT") "3000")))]
    (doto (HttpServer/create address 0)
      (.createContext "/" (handler))
      (.start))))
