package market

import (
	"fmt"
	"strings"
)

// person is who a customer is, as a first record would hold it.
type person struct {
	name  string // the family name first in Chinese, last elsewhere
	phone string // E.164
	email string
	city  string
}

// One customer in five has a Chinese name.
const chineseShare = 0.2

const (
	givenNames = "Ada Alma Amir Anouk Aron Bela Carla Dario Edda Elias Emre Enya Fabio Femke Greta Hana Henrik Ida Ilja Ines " +
		"Jannik Jora Kaja Lars Lena Levin Lotte Malik Mara Milo Nadia Nils Nora Olek Orla Paula Piet Rafa Ronja Samir " +
		"Selma Sven Tamsin Theo Tilda Tomas Vera Viggo Wanda Yara Yusuf Zoe"
	familyNames = "Ashgrove Bellwater Birkdal Brackenfield Clayhurst Cresthollow Dalquist Dornbach Eberlund Elmstead Fairloch " +
		"Fennimoor Galebrook Glenwick Hagenfeld Harrowmere Heidestrand Inkpenny Juniperhill Kesselring Kilnford Larkmead " +
		"Lindenau Marlowick Mistelbrook Nettleton Norrstrand Oakshott Orrenfeld Pellworth Quillby Quarrendon Ravensleigh " +
		"Rosenlund Saltmarsh Silberbach Stonecroft Tarnwell Thornbury Umberfeld Vanterpool Wadlow Westerholt Wrenfield Yewdale"
	chineseFamilies = "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧"
	chineseGivens   = "安宁 柏舟 春晓 丹青 尔雅 芳草 光远 海月 锦程 可心 兰亭 明河 南枝 秋实 若水 思源 桃夭 听雨 文竹 夕照 小满 雪松 一帆 云起 知秋"
	// As the letters sound, for e-mail addresses, in the order of the two lists above.
	chineseFamilySounds = "wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang feng yu dong xiao"
	chineseGivenSounds  = "anning baizhou chunxiao danqing erya fangcao guangyuan haiyue jincheng kexin lanting minghe nanzhi qiushi ruoshui siyuan taoyao tingyu wenzhu xizhao xiaoman xuesong yifan yunqi zhiqiu"
	cities              = "Marrowgate Eastermouth Kelnau Sandvoort Hollinfold Birchhaven Oldenquay Tessbruck Wendham Veldhafen"
)

// names are the words of the lists, split once for a world.
type names struct {
	given, family                         []string
	chineseFamily, chineseGiven           []string
	chineseFamilySound, chineseGivenSound []string
	city, mailHost                        []string
}

func newNames() names {
	return names{
		given:              strings.Fields(givenNames),
		family:             strings.Fields(familyNames),
		chineseFamily:      strings.Fields(chineseFamilies),
		chineseGiven:       strings.Fields(chineseGivens),
		chineseFamilySound: strings.Fields(chineseFamilySounds),
		chineseGivenSound:  strings.Fields(chineseGivenSounds),
		city:               strings.Fields(cities),
		mailHost:           []string{"example.com", "example.net", "example.org"},
	}
}

// person draws who the customer with a number is. The e-mail address holds the
// number and is unique; telephone numbers repeat after 80,000 customers, because
// there are only so many that are kept for fiction.
func (l *life) person() person {
	c, n := l.chance, &l.world.names
	c.seed(l.world.seed, l.number, identity)
	var p person
	var address string
	if c.happens(chineseShare) {
		f, g := c.IntN(len(n.chineseFamily)), c.IntN(len(n.chineseGiven))
		p.name = n.chineseFamily[f] + n.chineseGiven[g]
		address = n.chineseGivenSound[g] + "." + n.chineseFamilySound[f]
	} else {
		given, family := n.given[c.IntN(len(n.given))], n.family[c.IntN(len(n.family))]
		p.name = given + " " + family
		address = strings.ToLower(given + "." + family)
	}
	p.email = fmt.Sprintf("%s.%d@%s", address, l.number+1, n.mailHost[c.IntN(len(n.mailHost))])
	p.phone = fmt.Sprintf("+1%03d55501%02d", 200+l.number/100%800, l.number%100)
	p.city = n.city[c.IntN(len(n.city))]
	return p
}
