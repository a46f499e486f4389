# An app built by Maven. What its build downloads is kept as a repository, whose hash is in hop3.lock.json; then it is built from that, without a network.
{ pkgs, plan, attribute, patched, ... }:
rec {
  name = "maven";
  package = attribute plan.maven;
  # The app's own wrapper would download another Maven. Java takes the home of a user from elsewhere than HOME.
  wrapper = ''
    if test -e mvnw; then printf '#!/bin/sh\nexec mvn "$@"\n' >mvnw; fi
    export HOME=$TMPDIR
    export MAVEN_OPTS="-Duser.home=$TMPDIR -Dmaven.repo.local=$TMPDIR/repository -Dproject.build.outputTimestamp=1980-01-01T00:00:02Z"
  '';
  offline = pkgs.writeText "settings.xml" "<settings><offline>true</offline></settings>\n";
  download = ''
    # When, and where from.
    find "$TMPDIR/repository" '(' -name '*.lastUpdated' -o -name resolver-status.properties -o -name _remote.repositories ')' -delete
    cp -R "$TMPDIR/repository" $out
  '';
  build = ''
    cp -R "$src" app
    cp -R "$repository" "$TMPDIR/repository"
    chmod -R u+w app "$TMPDIR/repository"
    mkdir -p "$TMPDIR/.m2"
    cp "$offline" "$TMPDIR/.m2/settings.xml"
    cd app
    ${patched}
    ${wrapper}
    bash -e "$commandsPath"
    # It says where a module was compiled: without a sandbox that is not always the same directory.
    find . -path '*/target/maven-status' -prune -exec rm -r '{}' +
  '';
}
