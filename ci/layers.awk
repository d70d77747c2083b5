# Reads the sources of a crate and judges their imports; see `ci/layers`.

# The module that a file is: `wire/attr/mod.rs` is `wire::attr`.
function module_of(file) {
    sub(/\.rs$/, "", file)
    sub(/\/mod$/, "", file)
    gsub(/\//, "::", file)
    return file == "lib" || file == "main" ? "" : file
}

function parent_of(module) {
    return match(module, /::[^:]*$/) ? substr(module, 1, RSTART - 1) : ""
}

function joined(a, b) {
    return a == "" ? b : b == "" ? a : a "::" b
}

# Each path of a tree such as `a::{b, c::{d, e}}`.
function expand(prefix, tree, public,    at, depth, i, c, part) {
    gsub(/^[ \t\n]+|[ \t\n]+$/, "", tree)
    at = index(tree, "{")
    if (!at) {
        sub(/ as .*/, "", tree)
        sub(/::self$|^self$/, "", tree)
        note(prefix tree, public)
        return
    }
    prefix = prefix substr(tree, 1, at - 1)
    depth = 0
    part = ""
    for (i = at + 1; i <= length(tree); i++) {
        c = substr(tree, i, 1)
        if (c == "{") depth++
        if ((c == "," && !depth) || (c == "}" && !depth)) {
            if (part ~ /[^ \t\n]/) expand(prefix, part, public)
            part = ""
            continue
        }
        if (c == "}") depth--
        part = part c
    }
}

# A path that the file at hand names.
function note(path, public) {
    if (public) {
        exports[++export_count] = module "\t" path
        return
    }
    if (path ~ /^(crate|super|self)(::|$)/) paths[++path_count] = file "\t" module "\t" path
}

# A path from the crate's root: without `crate`, `self` and `super`.
function absolute(path, from) {
    if (path ~ /^crate::/) return substr(path, 8)
    if (path ~ /^self::/) return joined(from, substr(path, 7))
    if (path !~ /^super(::|$)/) return joined(from, path)
    while (path ~ /^super(::|$)/) {
        from = parent_of(from)
        sub(/^super(::)?/, "", path)
    }
    return joined(from, path)
}

# The module that has what a path leads to, through modules and what they export.
function home_of(path, rounds,    parts, count, i, at, next_at) {
    count = split(path, parts, "::")
    at = ""
    for (i = 1; i <= count; i++) {
        next_at = joined(at, parts[i])
        # A function may have the name of the module that it is in.
        if ((at, parts[i]) in exported && (i == count || !(next_at in files)) && rounds < 8)
            return home_of(exported[at, parts[i]], rounds + 1)
        if (!(next_at in files)) break
        at = next_at
    }
    return at
}

function room_of(module) {
    sub(/::.*/, "", module)
    return module
}

function complain(text) {
    print crate ": " text
    wrong++
}

# Follows imports from a file, and reports the first circle of each.
function follow(at,    i, count, list, target, trail, found) {
    state[at] = 1
    stack[++top] = at
    count = split(edges[at], list, "\n")
    for (i = 1; i <= count; i++) {
        target = list[i]
        if (target == "") continue
        if (state[target] == 1) {
            trail = target
            for (found = top; stack[found] != target; found--) trail = stack[found] " -> " trail
            complain("a circle: " target " -> " trail)
        } else if (!state[target]) follow(target)
    }
    top--
    state[at] = 2
}

FNR == 1 {
    file = substr(FILENAME, length(root) + 1)
    module = module_of(file)
    files[module] = file
    in_tests = 0
    statement = ""
}

in_tests { next }
/^#\[cfg\(test\)\]$/ { after_cfg_test = 1; next }
after_cfg_test && /^(pub(\([a-z]+\))? )?mod [a-z_]+ \{/ { in_tests = 1; after_cfg_test = 0; next }
{ skipped = after_cfg_test; after_cfg_test = 0 }
skipped { next }
{
    line = $0
    gsub(/"([^"\\]|\\.)*"/, "\"\"", line)
    sub(/\/\/.*/, "", line)
    if (statement == "" && line ~ /^[ \t]*(pub(\([a-z: ]+\))? )?use /) {
        is_public = line ~ /^[ \t]*pub/
        sub(/^[ \t]*(pub(\([a-z: ]+\))? )?use /, "", line)
        statement = " "
    }
    if (statement != "") {
        statement = statement line "\n"
        if (line ~ /;/) {
            sub(/;.*/, "", statement)
            expand("", statement, is_public)
            statement = ""
        }
        next
    }
    while (match(line, /(^|[^$A-Za-z_0-9:])(crate|super)(::[A-Za-z_0-9]+)+!?/)) {
        path = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        sub(/^[^a-z]/, "", path)
        if (path !~ /!$/) note(path, 0)
    }
}

END {
    for (i = 1; i <= export_count; i++) {
        split(exports[i], parts, "\t")
        path = absolute(parts[2], parts[1])
        name = path
        sub(/.*::/, "", name)
        exported[parts[1], name] = path
    }
    count = split(layers, layer_list, "\n")
    for (i = 1; i <= count; i++) {
        rooms = split(layer_list[i], list, " ")
        for (j = 1; j <= rooms; j++) layer_of[list[j]] = i
    }
    for (m in files) {
        room = room_of(m)
        if (m != "" && !(room in layer_of) && !(room in unknown)) {
            unknown[room] = 1
            complain("no layer is said to have " room)
        }
    }
    for (i = 1; i <= path_count; i++) {
        split(paths[i], parts, "\t")
        from = parts[2]
        # The crate's root has only what it exports.
        if (from == "") continue
        path = absolute(parts[3], from)
        home = home_of(path, 0)
        if (parts[3] ~ /^crate::[A-Za-z_0-9]+(::|$)/ && !(room_of(path) in layer_of)) {
            complain(parts[1] " names " parts[3] ", and not the folder that has it")
            continue
        }
        if (home == from || home == "") continue
        here = room_of(from)
        there = room_of(home)
        if (here != there) {
            imports[here, there]++
            if (layer_of[there] > layer_of[here])
                complain(parts[1] " imports " path ", which is in a higher layer")
            else if (layer_of[there] == layer_of[here])
                complain(parts[1] " imports " path ", which is in another folder of its layer")
        } else if (!((from, home) in seen)) {
            seen[from, home] = 1
            edges[from] = edges[from] "\n" home
        }
    }
    for (m in files) if (!state[m]) follow(m)
    for (i = count; i >= 1; i--) {
        rooms = split(layer_list[i], list, " ")
        for (j = 1; j <= rooms; j++) {
            text = ""
            for (k = count; k >= 1; k--) {
                others = split(layer_list[k], other, " ")
                for (l = 1; l <= others; l++)
                    if ((list[j], other[l]) in imports) {
                        text = text " " other[l]
                        arrows++
                    }
            }
            printf "%s %2d  %-14s%s\n", crate, i, list[j], text == "" ? "" : " from" text
        }
    }
    printf "%s: %d layers, %d imports between folders, %d wrong\n", crate, count, arrows, wrong
    exit wrong > 0
}
