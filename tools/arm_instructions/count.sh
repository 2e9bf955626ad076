#!/bin/sh
# Counts the instructions that a Raspberry Pi's processor needs for one run of a TFLite file, with each runtime:
#
#     apt install qemu-user gcc && tools/arm_instructions/count.sh FOLDER FILE.tflite...
#
# FOLDER (about 300 MB) keeps Debian 12's Python, numpy and both runtimes for aarch64, fetched at the first run. Nothing
# but Python and the model is emulated; what five more runs cost is divided by five. A few minutes for each file.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
mkdir -p "$1"
work=$(readlink -f -- "$1")
shift

fetch() {
    mkdir -p "$work/apt/lists/partial" "$work/apt/cache" "$work/debs" "$work/root" "$work/wheels"
    : >"$work/apt/status"
    cat >"$work/apt.conf" <<END
Dir::State::Lists "$work/apt/lists";
Dir::State::status "$work/apt/status";
Dir::Cache "$work/apt/cache";
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
END
    export APT_CONFIG="$work/apt.conf"
    apt-get update -q >&2
    (cd "$work/debs" && apt-get download -q python3.11-minimal libpython3.11-minimal libpython3.11-stdlib libc6 libexpat1 \
        libbz2-1.0 libffi8 libgcc-s1 libgomp1 liblzma5 libssl3 libstdc++6 zlib1g >&2)
    for file in "$work"/debs/*.deb; do dpkg -x "$file" "$work/root"; done
    for wheel in numpy==1.26.4 tflite-runtime==2.14.0 ai-edge-litert==2.3.0; do
        python3 -m pip install -q --no-deps --only-binary=:all: --python-version 311 --implementation cp --abi cp311 \
            --platform manylinux_2_17_aarch64 --platform manylinux_2_27_aarch64 --platform manylinux_2_34_aarch64 \
            --target "$work/wheels" --upgrade "$wheel" >&2
    done
    cc -O2 -shared -fPIC -o "$work/count.so" "$here/count.c"
    touch "$work/complete"
}

# The runtimes choose their kernels by /proc/cpuinfo and what lies in /sys: those of the emulated machine.
pretend() { # PART FEATURES
    cpus="$work/root/sys/devices/system/cpu"
    mkdir -p "$work/root/proc" "$cpus"
    : >"$work/root/proc/cpuinfo"
    for name in possible present; do echo 0-3 >"$cpus/$name"; done
    for cpu in 0 1 2 3; do
        printf 'processor\t: %s\nFeatures\t: fp asimd evtstrm crc32 cpuid %s\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x0\nCPU part\t: %s\nCPU revision\t: 3\n\n' \
            $cpu "$2" "$1" >>"$work/root/proc/cpuinfo"
        mkdir -p "$cpus/cpu$cpu/topology"
        for name in core_cpus_list thread_siblings_list; do echo $cpu >"$cpus/cpu$cpu/topology/$name"; done
        for name in core_siblings_list cluster_cpus_list package_cpus_list; do
            echo 0-3 >"$cpus/cpu$cpu/topology/$name"
        done
    done
}

counted() { # CPU RUNTIME FILE TIMES
    COUNT_OUT="$work/count.txt" PYTHONPATH="$work/wheels" qemu-aarch64 -cpu "$1" -L "$work/root" -plugin "$work/count.so" \
        "$work/root/usr/bin/python3.11" -S "$here/run_model.py" "$2" "$3" "$4" >&2
    sed -n 's/^total //p' "$work/count.txt"
}

[ -e "$work/complete" ] || fetch
echo "processor | file | runtime | million instructions for one run"
for cpu in cortex-a53:0xd03: cortex-a72:0xd08: \
    'cortex-a76:0xd0b:atomics fphp asimdhp asimdrdm lrcpc dcpop asimddp'; do
    processor=${cpu%%:*} rest=${cpu#*:}
    pretend "${rest%%:*}" "${rest#*:}"
    for file; do
        for runtime in tflite_runtime ai_edge_litert; do
            once=$(counted "$processor" "$runtime" "$file" 1)
            often=$(counted "$processor" "$runtime" "$file" 6)
            echo "$processor | $(basename "$file") | $runtime | $(((often - once) / 5000000))"
        done
    done
done
