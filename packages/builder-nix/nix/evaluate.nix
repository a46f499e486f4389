# Reads a hop3.nix without building anything: what is to be built, how it is run, and every store path those strings mention.
# The file's path comes as an argument, so no text is generated. What is wrong with it is thrown as JSON: see evaluation-failure.ts.
{ file }:
let
  inherit (builtins) attrNames attrValues concatLists functionArgs getContext hasAttr isAttrs isFloat isFunction isInt isList isPath isString;

  complain = at: message: throw (builtins.toJSON { hop3 = message; inherit at; });
  where = name: set: builtins.unsafeGetAttrPos name set;

  imported = import (/. + file);
  # Arguments without a default that everybody means the same by.
  offered = {
    pkgs = import <nixpkgs> { };
    lib = (import <nixpkgs> { }).lib;
    system = builtins.currentSystem;
  };
  wanted = builtins.filter (name: hasAttr name offered && !(functionArgs imported).${name}) (attrNames (functionArgs imported));
  given = builtins.listToAttrs (map (name: { inherit name; value = offered.${name}; }) wanted);
  called = if isFunction imported then imported given else imported;
  app = if isAttrs called then called else complain null "must be an attribute set or a function that returns one, not a ${builtins.typeOf called}";

  package =
    let found = app.package or (complain null "has no attribute `package`; it has ${if app == { } then "none" else builtins.concatStringsSep ", " (attrNames app)}");
    in
    if isAttrs found && found.type or null == "derivation" && found ? drvPath then found
    else complain (where "package" app) "`package` must be a derivation, not a ${builtins.typeOf found}";

  text = at: what: value:
    if isString value || isPath value || (isAttrs value && value ? outPath) then "${value}"
    else if isInt value || isFloat value then toString value
    else complain at "`${what}` must be a string, not a ${builtins.typeOf value}";
  texts = name:
    let set = app.${name} or { }; in
    if isAttrs set then builtins.mapAttrs (key: text (where key set) "${name}.${key}") set
    else complain (where name app) "`${name}` must be an attribute set of strings, not a ${builtins.typeOf set}";

  workers = texts "workers";
  env = texts "env";
  path =
    let list = app.path or [ ]; in
    if isList list then map (text (where "path" app) "path") list
    else complain (where "path" app) "`path` must be a list, not a ${builtins.typeOf list}";

  mentioned = getContext (builtins.concatStringsSep "" ([ "${package}" ] ++ attrValues workers ++ attrValues env ++ path));
in
{
  inherit (package) drvPath;
  inherit workers env;
  location = "${package}";
  path = if app ? path then path else null;
  attributes = attrNames app;
  realise = concatLists (map
    (name:
      let context = mentioned.${name}; in
      map (output: "${name}!${output}") (context.outputs or [ ]) ++ (if context.path or context.allOutputs or false then [ name ] else [ ]))
    (attrNames mentioned));
}
