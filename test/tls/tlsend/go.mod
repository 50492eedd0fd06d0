module tlsend

go 1.19
