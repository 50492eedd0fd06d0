module run9.test/results

go 1.19
