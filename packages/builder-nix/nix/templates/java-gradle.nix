# An app built by Gradle. What its build downloads is kept as a Maven repository, whose hash is in hop3.lock.json; then it is built from that, without a network.
{ pkgs, plan, attribute, patched, ... }:
rec {
  name = "gradle";
  package = attribute plan.gradle;
  # The app's own wrapper would download another Gradle.
  wrapper = ''
    if test -e gradlew; then printf '#!/bin/sh\nexec gradle "$@"\n' >gradlew; fi
    export HOME=$TMPDIR GRADLE_USER_HOME=$TMPDIR/gradle
    mkdir -p "$GRADLE_USER_HOME/init.d"
  '';
  offline = pkgs.writeText "offline.gradle" ''
    def repository = new File(System.getenv('HOP3_REPOSITORY')).toURI()
    def local = { found -> if (found instanceof MavenArtifactRepository) found.url = repository }
    gradle.startParameter.offline = true
    settingsEvaluated { settings ->
      settings.pluginManagement.repositories.all(local)
      if (settings.pluginManagement.repositories.isEmpty()) settings.pluginManagement.repositories.maven { url repository }
      if (settings.hasProperty('dependencyResolutionManagement')) settings.dependencyResolutionManagement.repositories.all(local)
    }
    allprojects {
      buildscript.repositories.all(local)
      repositories.all(local)
      tasks.withType(AbstractArchiveTask) {
        preserveFileTimestamps = false
        reproducibleFileOrder = true
      }
    }
  '';
  download = ''
    mkdir -p $out
    if test -d "$GRADLE_USER_HOME/caches/modules-2/files-2.1"; then
      cd "$GRADLE_USER_HOME/caches/modules-2/files-2.1"
      # <group>/<name>/<version>/<hash>/<file>
      find . -type f | while IFS=/ read -r _ group name version _ file; do
        mkdir -p "$out/''${group//.//}/$name/$version"
        cp ./"$group/$name/$version"/*/"$file" "$out/''${group//.//}/$name/$version/$file"
      done
    fi
  '';
  build = ''
    cp -R "$src" app
    chmod -R u+w app
    cd app
    ${patched}
    ${wrapper}
    cp "$offline" "$GRADLE_USER_HOME/init.d/offline.gradle"
    HOP3_REPOSITORY=$repository bash -e "$commandsPath"
  '';
}
