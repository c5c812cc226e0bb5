#!/usr/bin/env bash
# Everything that a GPU must show, on a machine with an NVIDIA driver and CUDA 12 or 13 but neither SDK nor network, in under eight minutes.
#
#   verification/gpu-check.sh publish DIR     here, with the SDK: makes DIR, which goes to that machine (under 64 MB)
#   DIR/gpu-check.sh [OUT]                    there: writes OUT/gpu-check.md, a table, and OUT/gpu-check.json, with every part's own report
#
# Exit code: 0 if every part holds, 1 if one does not, 2 if there is no GPU or the command cannot be run. PyTorch is timed beside it where
# python3 has it and sees the card; without it that one part is "not run".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

unusable() {
    echo "gpu-check: $*" >&2
    exit 2
}

publish() {
    [ $# -eq 1 ] || unusable "publish needs the folder to make"
    [ ! -e "$1" ] || [ -z "$(ls -A "$1")" ] || unusable "$1 must be empty"
    # The runtime travels along, less what nothing uses. The project's own code and its libraries stay whole: some find their parts by name.
    dotnet publish "$here/Tint.Cli" -c Release -r linux-x64 --self-contained -o "$1" -v quiet -p:TintTrimmed=true
    cp "$here/gpu-check.sh" "$here/compare-published.py" "$1"
    echo "$1: $(du -sb "$1" | awk '{ printf "%.1f", $1 / 1e6 }') MB"
}

# part NAME SECONDS COMMAND...: runs a part within its time. A part's command may write its own report to $report.
# All parts together get no more than TOTAL seconds.
readonly TOTAL=450
rows=() documents=() worst=0
part() {
    local name=$1 limit=$2 start=$SECONDS status=0 verdict last
    shift 2
    limit=$((limit < TOTAL - SECONDS ? limit : TOTAL - SECONDS))
    limit=$((limit > 1 ? limit : 1))
    printf '%s ...\n' "$name" >&2
    timeout -k 2 "$limit" "$@" > "$work/out" 2> "$work/err" || status=$?
    case $status in
        0) verdict=holds ;;
        3) verdict="not run" ;;
        124 | 137) verdict="took over $limit s" worst=1 ;;
        *) verdict="does not hold" worst=1 ;;
    esac
    last=$(cat "$work/out" "$work/err" | grep -v '^[[:space:]]*$' | tail -n 1 | tr -d '\r' | tr '|\t' '/ ') || true
    rows+=("| $name | $verdict | $((SECONDS - start)) | ${last:0:240} |")
    documents+=("$(printf '{"part": "%s", "verdict": "%s", "exit_code": %d, "seconds": %d, "last_line": %s, "report": %s}' \
        "$name" "$verdict" "$status" $((SECONDS - start)) "$(quoted "$last")" "$(whole "$report")")")
    rm -f "$report"
    printf '    %s: %s\n' "$verdict" "${last:0:160}" >&2
}

# A line as a JSON string, and a JSON file as it is, or null.
quoted() {
    printf '%s' "$1" | tr -d '\000-\037' | sed 's/\\/\\\\/g; s/"/\\"/g; s/^/"/; s/$/"/'
    [ -n "$1" ] || printf '""'
}
whole() {
    if [ -s "$1" ]; then cat "$1"; else printf null; fi
}

torch() {
    local probe
    probe=$(python3 -c 'import sys, torch; sys.exit(0 if torch.cuda.is_available() else "PyTorch sees no GPU")' 2>&1) || {
        echo "${probe##*$'\n'}"
        return 3
    }
    python3 "$here/compare-published.py" --autograd --shape gpt2-small --dtype float64 --device cuda --steps 3 | tee "$report"
}

run() {
    local out=${1:-.} tint=$here/tint gpu
    [ -x "$tint" ] || unusable "there is no tint beside this script; make a folder with it by: $here/gpu-check.sh publish DIR"
    mkdir -p "$out"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    report=$work/report.json
    export -f torch
    export here report
    # From an empty folder, so that the cases are those beside the program.
    out=$(cd "$out" && pwd)
    cd "$work"
    gpu=$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2> /dev/null | head -n 1) || gpu=
    # The probe: a device, its libraries and one tiny step. Without them nothing else can run.
    if ! timeout -k 5 40 "$tint" bench --shape tiny --engine device-simulation --provider cuda > "$work/out" 2> "$work/err"; then
        local line
        line=$(tail -n 1 "$work/err")
        line=${line:-the probe ended without a word}
        rows+=("| probe | no GPU | $SECONDS | $(tr '|' '/' <<< "$line") |")
        documents+=("$(printf '{"part": "probe", "verdict": "no GPU", "exit_code": 2, "seconds": %d, "last_line": %s, "report": null}' "$SECONDS" "$(quoted "$line")")")
        worst=2
        echo "$line" >&2
    else
        part "probe" 40 "$tint" bench --shape tiny --engine device-simulation --provider cuda --json "$report"
        part "verify, products and whole models on the GPU" 100 "$tint" verify --provider cuda --json "$report"
        part "laws L01 – L09, the simulation on the GPU" 50 "$tint" properties --implementation device-simulation --law 'L0?' --cases 20 --seed 1 --json "$report"
        part "laws L10 – L19, the simulation on the GPU" 60 "$tint" properties --implementation device-simulation --law 'L1?' --cases 20 --seed 1 --json "$report"
        part "products by cuBLAS, against their bounds" 40 "$tint" products --provider cuda --json "$report"
        part "products on the processor, for comparison" 30 "$tint" products --provider simd --json "$report"
        part "GPT-2 small, the simulation on the GPU" 60 "$tint" bench --shape gpt2-small --engine device-simulation --json "$report"
        part "GPT-2 small, the construction with products by cuBLAS" 60 "$tint" bench --shape gpt2-small --provider cuda --json "$report"
        part "GPT-2 small, plain PyTorch in float64 on the same card" 35 bash -c torch
    fi
    {
        printf '# What the GPU shows\n\n%s\n\n' "${gpu:-no answer from nvidia-smi}"
        printf '| part | verdict | s | last line |\n| --- | --- | --- | --- |\n'
        printf '%s\n' "${rows[@]}"
    } > "$out/gpu-check.md"
    {
        printf '{\n  "gpu": %s,\n  "version": %s,\n  "exit_code": %d,\n  "seconds": %d,\n  "parts": [\n' \
            "$(quoted "$gpu")" "$(quoted "$("$tint" --version)")" "$worst" "$SECONDS"
        local separator=
        for document in "${documents[@]}"; do
            printf '%s    %s' "$separator" "$document"
            separator=$',\n'
        done
        printf '\n  ]\n}\n'
    } > "$out/gpu-check.json"
    echo "$out/gpu-check.md, $out/gpu-check.json"
    exit "$worst"
}

case ${1:-} in
    publish) shift && publish "$@" ;;
    -h | --help) sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" ;;
    *) run "$@" ;;
esac
