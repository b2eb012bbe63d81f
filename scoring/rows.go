package scoring

// RowCounts says what became of the rows of a log. The rows dated after the
// calibration end are all in AfterWindow; the other counts are about the rest:
//
//	Read = PurchaseDates + Merged + ReturnsNetted + ReturnsUnmatched +
//	       ReturnsIgnored + ZerosSkipped + AfterWindow
type RowCounts struct {
	Read             int // rows of the stream
	PurchaseDates    int // distinct purchase dates of the scored customers
	Merged           int // further purchases of a customer on a date that was already counted
	ReturnsNetted    int // deducted from a purchase date ([NetReturns])
	ReturnsUnmatched int // with no purchase date before them ([NetReturns]); left out
	ReturnsIgnored   int // left out ([IgnoreReturns])
	ZerosSkipped     int // rows of zero left out ([SkipZeros])
	AfterWindow      int // dated after the calibration end
	Zeros            int // rows of zero that count as purchases; they are in PurchaseDates or Merged as well
}
