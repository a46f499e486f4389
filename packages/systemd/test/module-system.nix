# A minimal module system, for tests where nixpkgs cannot be had: one module, its options checked by type, `mkIf`, and units written as NixOS
# writes them (nixos/lib/systemd-lib.nix). It is no NixOS: it shows that the module uses the module system as it is, not that NixOS boots.
{ module, settings }:
let
  b = builtins;
  isOption = value: b.isAttrs value && (value._type or "") == "option";
  lib = {
    mkOption = option: option // { _type = "option"; };
    mkEnableOption = description: lib.mkOption { inherit description; type = lib.types.bool; default = false; };
    mkIf = condition: content: { _type = "if"; inherit condition content; };
    optional = condition: value: if condition then [ value ] else [ ];
    filterAttrs = keep: set: b.listToAttrs (b.filter (one: keep one.name one.value) (map (name: { inherit name; value = set.${name}; }) (b.attrNames set)));
    types = {
      bool = b.isBool;
      str = b.isString;
      port = value: b.isInt value && value > 0 && value < 65536;
      path = value: b.isPath value || (b.isString value && b.substring 0 1 value == "/");
      package = value: b.isString value || b.isAttrs value;
      listOf = type: value: b.isList value && b.all type value;
    };
  };

  # Every option's value, of the settings or its default. Throws for what is no option, or of another type.
  values = where: options: given:
    if isOption options then
      let value = if given == null then options.default else given;
      in if options.type value then value else throw "${where} is not of its type"
    else
      let unknown = b.filter (name: !(options ? ${name})) (if given == null then [ ] else b.attrNames given);
      in if unknown != [ ] then throw "${where}.${b.head unknown} is no option"
      else b.mapAttrs (name: option: values "${where}.${name}" option (if given == null then null else given.${name} or null)) options;

  resolved = value:
    if !(b.isAttrs value) then value
    else if (value._type or "") == "if" then (if value.condition then resolved value.content else { })
    else b.mapAttrs (_: resolved) value;

  made = import module { inherit lib; config = values "config" made.options settings; };
  config = resolved made.config;

  text = value: if b.isBool value then (if value then "true" else "false") else toString value;
  lines = set: b.concatStringsSep "" (b.concatLists (b.attrValues (b.mapAttrs (name: value: map (one: "${name}=${text one}\n") (if b.isList value then value else [ value ])) set)));
  words = name: list: if list == [ ] then { } else { ${name} = b.concatStringsSep " " list; };
  unit = one:
    "[Unit]\n"
    + lines ({ Description = one.description; } // words "PartOf" (one.partOf or [ ]) // words "Wants" (one.wants or [ ]) // words "After" (one.after or [ ]) // words "Requires" (one.requires or [ ]) // (one.unitConfig or { }))
    + (if one ? serviceConfig then "\n[Service]\n" + lines one.serviceConfig else "")
    + (if one ? timerConfig then "\n[Timer]\n" + lines one.timerConfig else "");
  all = suffix: set: b.listToAttrs (map (name: { name = name + suffix; value = unit set.${name}; }) (b.attrNames set));
in
{
  failed = map (one: one.message) (b.filter (one: !one.assertion) (config.assertions or [ ]));
  units =
    all ".target" (config.systemd.targets or { })
    // all ".service" (config.systemd.services or { })
    // all ".timer" (config.systemd.timers or { });
  wantedBy = b.mapAttrs (_: one: one.wantedBy) (config.systemd.services or { });
  dependencies = config.system.extraDependencies or [ ];
  backing = config.services or { };
}
