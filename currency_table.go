package rapport

// The currencies of ISO 4217 that have a minor unit, by their numeric codes, as
// amended up to number 179 (XAD). Codes withdrawn since 2020 stay because old
// logs carry them (BGN, CUC, HRK, SLL, ZWL), but for ANG, whose number passed to
// XCG. Metals, bond-market units and test codes (XAU, XDR, XTS, XXX and their
// kind) have no minor unit and are left out.
const (
	AED Currency = 784
	AFN Currency = 971
	ALL Currency = 8
	AMD Currency = 51
	AOA Currency = 973
	ARS Currency = 32
	AUD Currency = 36
	AWG Currency = 533
	AZN Currency = 944
	BAM Currency = 977
	BBD Currency = 52
	BDT Currency = 50
	BGN Currency = 975
	BHD Currency = 48
	BIF Currency = 108
	BMD Currency = 60
	BND Currency = 96
	BOB Currency = 68
	BOV Currency = 984
	BRL Currency = 986
	BSD Currency = 44
	BTN Currency = 64
	BWP Currency = 72
	BYN Currency = 933
	BZD Currency = 84
	CAD Currency = 124
	CDF Currency = 976
	CHE Currency = 947
	CHF Currency = 756
	CHW Currency = 948
	CLF Currency = 990
	CLP Currency = 152
	CNY Currency = 156
	COP Currency = 170
	COU Currency = 970
	CRC Currency = 188
	CUC Currency = 931
	CUP Currency = 192
	CVE Currency = 132
	CZK Currency = 203
	DJF Currency = 262
	DKK Currency = 208
	DOP Currency = 214
	DZD Currency = 12
	EGP Currency = 818
	ERN Currency = 232
	ETB Currency = 230
	EUR Currency = 978
	FJD Currency = 242
	FKP Currency = 238
	GBP Currency = 826
	GEL Currency = 981
	GHS Currency = 936
	GIP Currency = 292
	GMD Currency = 270
	GNF Currency = 324
	GTQ Currency = 320
	GYD Currency = 328
	HKD Currency = 344
	HNL Currency = 340
	HRK Currency = 191
	HTG Currency = 332
	HUF Currency = 348
	IDR Currency = 360
	ILS Currency = 376
	INR Currency = 356
	IQD Currency = 368
	IRR Currency = 364
	ISK Currency = 352
	JMD Currency = 388
	JOD Currency = 400
	JPY Currency = 392
	KES Currency = 404
	KGS Currency = 417
	KHR Currency = 116
	KMF Currency = 174
	KPW Currency = 408
	KRW Currency = 410
	KWD Currency = 414
	KYD Currency = 136
	KZT Currency = 398
	LAK Currency = 418
	LBP Currency = 422
	LKR Currency = 144
	LRD Currency = 430
	LSL Currency = 426
	LYD Currency = 434
	MAD Currency = 504
	MDL Currency = 498
	MGA Currency = 969
	MKD Currency = 807
	MMK Currency = 104
	MNT Currency = 496
	MOP Currency = 446
	MRU Currency = 929
	MUR Currency = 480
	MVR Currency = 462
	MWK Currency = 454
	MXN Currency = 484
	MXV Currency = 979
	MYR Currency = 458
	MZN Currency = 943
	NAD Currency = 516
	NGN Currency = 566
	NIO Currency = 558
	NOK Currency = 578
	NPR Currency = 524
	NZD Currency = 554
	OMR Currency = 512
	PAB Currency = 590
	PEN Currency = 604
	PGK Currency = 598
	PHP Currency = 608
	PKR Currency = 586
	PLN Currency = 985
	PYG Currency = 600
	QAR Currency = 634
	RON Currency = 946
	RSD Currency = 941
	RUB Currency = 643
	RWF Currency = 646
	SAR Currency = 682
	SBD Currency = 90
	SCR Currency = 690
	SDG Currency = 938
	SEK Currency = 752
	SGD Currency = 702
	SHP Currency = 654
	SLE Currency = 925
	SLL Currency = 694
	SOS Currency = 706
	SRD Currency = 968
	SSP Currency = 728
	STN Currency = 930
	SVC Currency = 222
	SYP Currency = 760
	SZL Currency = 748
	THB Currency = 764
	TJS Currency = 972
	TMT Currency = 934
	TND Currency = 788
	TOP Currency = 776
	TRY Currency = 949
	TTD Currency = 780
	TWD Currency = 901
	TZS Currency = 834
	UAH Currency = 980
	UGX Currency = 800
	USD Currency = 840
	USN Currency = 997
	UYI Currency = 940
	UYU Currency = 858
	UYW Currency = 927
	UZS Currency = 860
	VED Currency = 926
	VES Currency = 928
	VND Currency = 704
	VUV Currency = 548
	WST Currency = 882
	XAD Currency = 396
	XAF Currency = 950
	XCD Currency = 951
	XCG Currency = 532
	XOF Currency = 952
	XPF Currency = 953
	YER Currency = 886
	ZAR Currency = 710
	ZMW Currency = 967
	ZWG Currency = 924
	ZWL Currency = 932
)

// currencyTable holds one record of seven bytes for each currency, sorted by
// the three-letter code: letters, numeric code, digits of the minor unit. A
// constant string instead of a map: nothing at package level can be changed.
const (
	currencyRecord = 7
	currencyTable  = "" +
		"AED7842AFN9712ALL0082AMD0512AOA9732ARS0322AUD0362AWG5332" +
		"AZN9442BAM9772BBD0522BDT0502BGN9752BHD0483BIF1080BMD0602" +
		"BND0962BOB0682BOV9842BRL9862BSD0442BTN0642BWP0722BYN9332" +
		"BZD0842CAD1242CDF9762CHE9472CHF7562CHW9482CLF9904CLP1520" +
		"CNY1562COP1702COU9702CRC1882CUC9312CUP1922CVE1322CZK2032" +
		"DJF2620DKK2082DOP2142DZD0122EGP8182ERN2322ETB2302EUR9782" +
		"FJD2422FKP2382GBP8262GEL9812GHS9362GIP2922GMD2702GNF3240" +
		"GTQ3202GYD3282HKD3442HNL3402HRK1912HTG3322HUF3482IDR3602" +
		"ILS3762INR3562IQD3683IRR3642ISK3520JMD3882JOD4003JPY3920" +
		"KES4042KGS4172KHR1162KMF1740KPW4082KRW4100KWD4143KYD1362" +
		"KZT3982LAK4182LBP4222LKR1442LRD4302LSL4262LYD4343MAD5042" +
		"MDL4982MGA9692MKD8072MMK1042MNT4962MOP4462MRU9292MUR4802" +
		"MVR4622MWK4542MXN4842MXV9792MYR4582MZN9432NAD5162NGN5662" +
		"NIO5582NOK5782NPR5242NZD5542OMR5123PAB5902PEN6042PGK5982" +
		"PHP6082PKR5862PLN9852PYG6000QAR6342RON9462RSD9412RUB6432" +
		"RWF6460SAR6822SBD0902SCR6902SDG9382SEK7522SGD7022SHP6542" +
		"SLE9252SLL6942SOS7062SRD9682SSP7282STN9302SVC2222SYP7602" +
		"SZL7482THB7642TJS9722TMT9342TND7883TOP7762TRY9492TTD7802" +
		"TWD9012TZS8342UAH9802UGX8000USD8402USN9972UYI9400UYU8582" +
		"UYW9274UZS8602VED9262VES9282VND7040VUV5480WST8822XAD3962" +
		"XAF9500XCD9512XCG5322XOF9520XPF9530YER8862ZAR7102ZMW9672" +
		"ZWG9242ZWL9322"
)
