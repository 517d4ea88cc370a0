#!/usr/bin/env bash
# Installs the Debian packages that are missing, and only those; says what it skipped.
set -euo pipefail

# To build and to fetch data.
packages=(
  libzmq3-dev libhdf5-dev libopenblas-dev libssl-dev libsqlite3-dev zlib1g-dev libjpeg-dev libjpeg62-turbo-dev
  libpng-dev pkg-config python3 python3-pip unzip curl ca-certificates
)
# The tests read results with the programs that users read them with.
packages+=(hdf5-tools python3-h5py python3-xarray python3-h5netcdf python3-netcdf4)

if ! command -v swift > /dev/null; then
  echo "deps: no Swift toolchain in PATH; install Swift 6.2 or later from swift.org" >&2
  exit 4
fi
if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
  echo "deps: not a Debian system; install the equivalents of: ${packages[*]}" >&2
  exit 4
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f='${Status}' "$package" 2> /dev/null || true)
  [[ $status == "install ok installed" ]] || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
  echo "deps: all ${#packages[@]} packages are installed, nothing to do"
  exit 0
fi

root=()
if ((EUID != 0)); then
  if ! command -v sudo > /dev/null; then
    echo "deps: missing ${missing[*]}; not root and no sudo here: ask for 'apt-get install ${missing[*]}'" >&2
    exit 4
  fi
  root=(sudo)
fi
echo "deps: $((${#packages[@]} - ${#missing[@]})) packages are installed, skipped; installing ${missing[*]}"
"${root[@]}" apt-get -q update
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}"
