#!/usr/bin/env bash
# Makes the certificates of the TLS tests, good for 100 years. The keys guard nothing: they are public.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

authority() { # NAME
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 \
    -keyout "$1.key" -out "$1.pem" -subj "/CN=Pemba test authority $1" 2>/dev/null
}

certificate() { # NAME AUTHORITY EXTENSION
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout "$1.key" -out "$1.csr" -subj "/CN=Pemba test $1" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 36500 \
    -out "$1.pem" -extfile <(printf '%s' "$3") 2>/dev/null
  rm "$1.csr"
}

authority ca
authority other-ca
certificate server ca 'subjectAltName=DNS:localhost,IP:127.0.0.1'
certificate client ca 'extendedKeyUsage=clientAuth'
certificate stranger other-ca 'extendedKeyUsage=clientAuth'
rm -f ./*.srl ca.key other-ca.key
