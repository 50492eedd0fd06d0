module run9.test/fmtall

go 1.19
