# names: clojure:temurin-21-tools-deps
FROM clojure:temurin-21-lein
COPY clojure-cli /opt/clojure
# A dependency that cannot be fetched in one go is fetched in the next.
RUN cd /opt/clojure && fetch() { mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=/opt/clojure/lib; } \
    && { fetch || fetch; } && rm -rf /root/.m2
ENV PATH=/opt/clojure:$PATH
