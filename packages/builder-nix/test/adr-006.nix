# hop3.nix - minimal example
{ pkgs ? import <nixpkgs> {} }:
{
  # Required: the built package
  package = pkgs.python3Packages.buildPythonApplication {
    pname = "myapp";
    version = "1.0.0";
    src = ./.;
    propagatedBuildInputs = with pkgs.python3Packages; [
      flask
      gunicorn
    ];
  };

  # Required: worker commands
  workers = {
    web = "gunicorn app:app --bind unix:$HOP3_SOCKET";
  };

  # Optional: additional environment variables
  env = {
    FLASK_ENV = "production";
  };
}
