(defproject shop "0.1.0-SNAPSHOT"
  :description "A web app in Clojure, built by Leiningen"
  :min-lein-version "2.9.0"
  :dependencies [[org.clojure/clojure "1.11.1"]
                 [org.clojure/data.json "2.5.0"]]
  :main ^:skip-aot shop.core
  :target-path "target/%s"
  :profiles {:uberjar {:aot :all
                       :uberjar-name "shop.jar"}})
