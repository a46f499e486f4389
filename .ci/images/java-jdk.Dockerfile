# names: eclipse-temurin:21-jdk maven:3-eclipse-temurin-21 clojure:temurin-21-lein
# One image for the JDK and the tools on top of it: they differ in the official ones, and nothing here can see that.
FROM debian:bookworm-slim
RUN mkdir -p /usr/share/man/man1 && sed 's/bookworm/trixie/g' /etc/apt/sources.list > /etc/apt/sources.list.d/trixie.list \
    && printf 'Package: *\nPin: release n=trixie\nPin-Priority: 1\n' > /etc/apt/preferences.d/trixie \
    && apt-get update -qq && apt-get install -y -qq --no-install-recommends -t trixie openjdk-21-jre-headless && rm -rf /var/lib/apt/lists/*
ENV JAVA_HOME=/opt/java/openjdk PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# The bundle that every other program of the image trusts, as Java keeps it.
RUN mkdir /tmp/ca && awk '/BEGIN CERT/ { n++ } { print > "/tmp/ca/" n ".pem" }' /etc/ssl/certs/ca-certificates.crt \
    && mkdir -p /etc/ssl/certs/java && printf '+%s\n' /tmp/ca/*.pem | java -jar /usr/share/ca-certificates-java/ca-certificates-java.jar -storepass changeit >/dev/null && rm -r /tmp/ca
RUN mkdir /opt/java && ln -s /usr/lib/jvm/java-21-openjdk-* /opt/java/openjdk
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends -t trixie openjdk-21-jdk-headless \
    && apt-get install -y -qq --no-install-recommends maven leiningen && rm -rf /var/lib/apt/lists/*
