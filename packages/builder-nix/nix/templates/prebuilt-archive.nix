# An archive of programs and files, downloaded and unpacked. A single directory at its top is taken away.
{ pkgs, plan, app, ... }:
app { }
  {
    file = pkgs.fetchurl { inherit (plan) url hash; };
    inherit (plan) archive;
    nativeBuildInputs = if plan.archive == "zip" then [ pkgs.unzip ] else [ ];
  } ''
  mkdir unpacked
  if test "$archive" = zip; then unzip -q "$file" -d unpacked; else tar -xf "$file" -C unpacked; fi
  # Hidden names count, and none means none: whatever the shell makes of a pattern that matches nothing.
  top=unpacked
  case $(find unpacked -mindepth 1 -maxdepth 1 -printf '%y.') in
    "")
      echo "There is nothing in the archive." >&2
      exit 1
      ;;
    d.)
      top=$(find unpacked -mindepth 1 -maxdepth 1)
      test -n "$top"
      ;;
  esac
  cp -R "$top"/. $out/
''
