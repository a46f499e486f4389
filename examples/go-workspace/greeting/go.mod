module example.com/greeting

go 1.23.0
