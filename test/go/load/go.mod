module load

go 1.16
