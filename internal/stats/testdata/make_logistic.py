# Writes logistic.json: logistic regressions by 50-digit Newton iterations (mpmath 1.3.0).
import json
from mpmath import mp, mpf, matrix, exp, log, lu_solve, inverse, sqrt
mp.dps=50
state=12345
def rnd():
    global state
    state=(state*1103515245+12345)%2**31
    return state/2**31
def fit(cols,y,w,l2,robust):
    n=len(y);k=len(cols)
    W=sum(mpf(a) for a in w)
    sd=[]
    for c in cols:
        m=sum(mpf(a)*mpf(b) for a,b in zip(w,c))/W
        sd.append(sqrt(sum(mpf(a)*(mpf(b)-m)**2 for a,b in zip(w,c))/W))
    X=[[mpf(1)]+[mpf(c[i]) for c in cols] for i in range(n)]
    P=[mpf(0)]+[mpf(l2)*s**2 for s in sd]
    # centre start: fit with scaled columns for stability
    b=matrix(k+1,1)
    def parts(b):
        ll=mpf(0);g=matrix(k+1,1);H=matrix(k+1,k+1)
        for i in range(n):
            e=sum(X[i][j]*b[j] for j in range(k+1)); p=1/(1+exp(-e))
            yi=mpf(y[i]);wi=mpf(w[i])
            ll+=wi*(yi*log(p)+(1-yi)*log(1-p))
            for a in range(k+1):
                g[a]+=wi*(yi-p)*X[i][a]
                for c in range(k+1): H[a,c]+=wi*p*(1-p)*X[i][a]*X[i][c]
        for a in range(k+1):
            g[a]-=P[a]*b[a]; H[a,a]+=P[a]
        return ll,g,H
    obj=lambda b: parts(b)[0]-sum(P[a]*b[a]**2 for a in range(k+1))/2
    for it in range(100):
        ll,g,H=parts(b); d=lu_solve(H,g); t=mpf(1); o=obj(b)
        while obj(b+t*d)<o and t>mpf(10)**-9: t/=2
        b=b+t*d
        if max(abs(d[a]*sqrt(H[a,a])) for a in range(k+1))<mpf(10)**-35: break
    ll,g,H=parts(b); C=inverse(H)
    if robust:
        M=matrix(k+1,k+1)
        for i in range(n):
            e=sum(X[i][j]*b[j] for j in range(k+1)); r=mpf(w[i])*(mpf(y[i])-1/(1+exp(-e)))
            for a in range(k+1):
                for c in range(k+1): M[a,c]+=r*r*X[i][a]*X[i][c]
        C=C*M*C
    p=sum(mpf(a)*mpf(b) for a,b in zip(w,y))/W
    null=W*(p*log(p)+(1-p)*log(1-p))
    f=lambda x: float(x)
    return dict(coefficients=[f(x) for x in b],covariance=[f(C[i,j]) for i in range(k+1) for j in range(k+1)],log_likelihood=f(ll),null_log_likelihood=f(null))
cases=[]
def case(name,n,scales,beta,weights=False,shares=False,l2=0,robust=False):
    cols=[[round(a+b*(rnd()+rnd()+rnd()-1.5),dig) for _ in range(n)] for a,b,dig in scales]
    y=[];w=[]
    for i in range(n):
        e=beta[0]+sum(bj*(c[i]-s[0])/s[1] for bj,c,s in zip(beta[1:],cols,scales))
        p=float(1/(1+exp(-e)))
        y.append(round(sum(rnd()<p for _ in range(4))/4,2) if shares else int(rnd()<p))
        w.append(round(0.2+3*rnd(),2) if weights else 1)
    d=dict(name=name,columns=cols,outcomes=y,weights=w if weights else None,l2=l2,robust=robust)
    d.update(fit(cols,y,w,l2,robust)); cases.append(d)
case("one column",30,[(70,20,1)],[0.4,1.2])
case("three columns of very different units",40,[(1970,15,0),(52000,21000,0),(0.003,0.001,6)],[-0.5,0.8,-0.7,1.1])
case("weights, robust",35,[(70,20,1),(3,2,0)],[0.8,1,-0.5],weights=True,robust=True)
case("shares as outcomes",25,[(10,4,2),(0,1,3)],[-0.3,0.9,0.4],shares=True,weights=True)
case("penalty",20,[(5,2,1),(100,30,0)],[0,2,2],l2=1.5)
case("rare outcome",60,[(0,1,3)],[-3,1.2])
# separated, with a penalty
cols=[[1,2,3,4,5,6]]; y=[0,0,0,1,1,1]; w=[1]*6
d=dict(name="separated, with a penalty",columns=cols,outcomes=y,weights=None,l2=0.1,robust=False); d.update(fit(cols,y,w,0.1,False)); cases.append(d)
json.dump(dict(source="50-digit Newton iterations with mpmath 1.3.0, rounded to float64",cases=cases),open("logistic.json", "w"),indent=0)
